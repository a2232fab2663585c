/* Rejection-inversion: W. Hörmann and G. Derflinger, "Rejection-inversion to
 * generate variates from monotone discrete distributions", ACM Transactions on
 * Modeling and Computer Simulation 6 (1996).
 *
 * The curve h(x) = x^-s has the bars of the distribution under it or beside
 * it, each from k - 0.5 to k + 0.5. H is its integral: a random height between
 * H(1.5) - 1 and H(n + 0.5) is turned into an x by H's inverse. The bar nearest
 * to x is k; it is taken if the height falls into the part of the area under
 * the curve that is as large as the bar, which is h(k). */
#include "zipf.h"

#include <math.h>

static double h(const struct zipf *zipf, double x)
{
    return exp(-zipf->exponent * log(x));
}

/* (e^x - 1) / x, also where x is nearly 0. */
static double expm1_by(double x)
{
    return fabs(x) > 1e-8 ? expm1(x) / x : 1 + x / 2;
}

/* log(1 + x) / x, also where x is nearly 0. */
static double log1p_by(double x)
{
    return fabs(x) > 1e-8 ? log1p(x) / x : 1 - x / 2;
}

/* (x^(1-s) - 1) / (1 - s), which is log(x) where s is 1. */
static double integral(const struct zipf *zipf, double x)
{
    double log_x = log(x);
    return expm1_by((1 - zipf->exponent) * log_x) * log_x;
}

static double inverse(const struct zipf *zipf, double height)
{
    double t = fmax(height * (1 - zipf->exponent), -1); /* rounding */
    return exp(log1p_by(t) * height);
}

void zipf_init(struct zipf *zipf, uint64_t n, double exponent)
{
    *zipf = (struct zipf){.n = (double)n, .exponent = exponent};
    zipf->left = integral(zipf, 1.5) - 1;
    zipf->right = integral(zipf, zipf->n + 0.5);
    zipf->sure = 2 - inverse(zipf, integral(zipf, 2.5) - h(zipf, 2));
}

uint64_t zipf_try(const struct zipf *zipf, double uniform)
{
    double height = zipf->right + uniform * (zipf->left - zipf->right);
    double x = inverse(zipf, height);
    double k = fmin(fmax(floor(x + 0.5), 1), zipf->n);
    if (k - x <= zipf->sure ||
        height >= integral(zipf, k + 0.5) - h(zipf, k))
        return (uint64_t)k;
    return 0;
}
