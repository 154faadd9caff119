"""What the commands of `ape run` do, without their command lines."""
