"""What staff are told of: in the application and by mail, as each of them has chosen."""
