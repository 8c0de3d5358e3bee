"""Page bytes → Document."""
