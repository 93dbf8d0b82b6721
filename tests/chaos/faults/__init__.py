"""What is done to a house: `schedule` composes faults at random and reproducibly, `inject` carries them
out."""
