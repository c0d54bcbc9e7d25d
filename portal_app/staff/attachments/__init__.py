"""The attachments of a project: folders, who sees what, what is accepted or sent back."""
