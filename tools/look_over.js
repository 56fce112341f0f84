// Returns what is wrong on this page, in words; see look_over.py.
([least, allowed]) => {
  const faults = new Set(), seen = (box) => box.width > 1 && box.height > 1;
  const kind = (node) => `${node.tagName.toLowerCase()}${node.className && "." + node.className}`;
  const name = (node) => `${kind(node)} “${(node.name || node.innerText || "").trim().slice(0, 12)}”`;
  if (document.documentElement.scrollWidth > innerWidth) faults.add("wider than the screen");
  for (const node of document.querySelectorAll("body *")) {
    const box = node.getBoundingClientRect();
    if (seen(box) && box.right > innerWidth + 1 && !node.closest(".scroll, .skip")) faults.add(`cut off: ${name(node)}`);
  }
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.data.trim(), holder = walk.currentNode.parentElement;
    if (!text || holder.closest("script, option, datalist") || !holder.checkVisibility()) continue;
    const size = parseFloat(getComputedStyle(holder).fontSize);
    if (size < least) faults.add(`type of ${size.toFixed(1)} px: ${kind(holder)}`);
    if (document.documentElement.lang === "zh-CN") {
      for (const word of text.match(/[A-Za-z]{2,}/g) || []) {
        if (!allowed.includes(word)) faults.add(`English: ${text.slice(0, 40)}`);
      }
    }
  }
  const controls = "a[href], button, summary, select, textarea, input:not([type=hidden])";
  for (const node of document.querySelectorAll(controls)) {
    if (!node.checkVisibility() || node.closest(".skip")) continue;
    if (node.tagName === "A" && getComputedStyle(node).display === "inline") continue;  // a word in a sentence
    const box = (node.closest("label.tick, label.choice") || node).getBoundingClientRect();
    if (seen(box) && (box.height < 43.5 || box.width < 43.5)) {
      faults.add(`target of ${Math.round(box.width)}×${Math.round(box.height)} px: ${name(node)}`);
    }
  }
  return [...faults];
}
