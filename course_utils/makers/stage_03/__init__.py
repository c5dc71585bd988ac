"""Stage 3: small networks on pictures made here, networks for films, and real pictures."""
