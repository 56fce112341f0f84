"""What falls due: the rules looked at for every retiree, written down as visits."""
