"""Files of customers and staff: what may come in, where it is kept, who may see it; and sending what a step asks for."""
