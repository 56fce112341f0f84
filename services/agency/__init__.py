"""What the agency acts on: who will be suspended when and why, who resumes, deaths and other proposals."""
