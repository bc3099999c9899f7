"""The networks of Modak et al., A Deep Learning Framework to Reconstruct Face under Mask (2022)."""
