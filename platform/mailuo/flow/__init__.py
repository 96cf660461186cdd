"""Floor 6: claims, the timeline they make, the clocks that run on it and the alerts that open."""
