"""The company that runs this portal: name, look, languages, contact, link times. The lowest domain room."""
