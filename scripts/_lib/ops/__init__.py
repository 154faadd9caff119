"""What operators and delegators do by hand: each operation is planned from what the chain says, shown, then sent."""
