"""The gateway: finds orchestrators, pays them by the segment, checks what comes back."""
