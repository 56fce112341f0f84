"""One step each, one transaction each, called alike by an SMS reply, a web click and a tick."""
