"""The trained models shipped with the package: dated, hashed, the latest by name is used."""
