"""The folders of a project's attachments."""
