// The normal distribution, the same to the last bit wherever double is IEEE 754: no function of a library that draws.
#pragma once

namespace subvolt::power {

// Phi(x), to the last bits in the lower tail.
double normal_cdf(double x);
// x of Phi(x) = p, for p from 1e-300 to 1 - 1e-16; relative error below 1e-14. M. Wichura, algorithm AS 241 (PPND16),
// Applied Statistics 37(3) 1988.
double normal_quantile(double p);
// x of Phi(x)^n = p: the largest of n independent normal variables stays below it with probability p.
double largest_quantile(double n, double p);

}  // namespace subvolt::power
