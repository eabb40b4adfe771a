"""How much of a record can be reconstructed at all: guarantees, priors, bounds and accounting.

A mechanism M is (eta, gamma)-reconstruction robust for a prior over records and an error measure if
no informed adversary, who knows all other records, brings the error to at most eta with probability
above gamma (Balle, Cherubin and Hayes, arXiv 2201.04845). A prior gives kappa, the success of a
guess that ignores the model; a guarantee of differential privacy turns kappa into gamma. Both are
handled as natural logarithms, since kappa is e^-2000 for an image.
"""
