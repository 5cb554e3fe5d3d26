/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/nearest.h"

#include <string.h>

enum { LENGTH_MAX = 64 }; /* of a name or a word; a longer one is nearest to nothing */

static guint least(guint a, guint b, guint c)
{
	return MIN(a, MIN(b, c));
}

/* table[i][k] is the distance between the first i characters of a and the first k characters of b. */
static guint distance(const char *a, const char *b)
{
	guint table[LENGTH_MAX + 1][LENGTH_MAX + 1];
	size_t a_length = strlen(a), b_length = strlen(b);

	if (a_length > LENGTH_MAX || b_length > LENGTH_MAX)
		return G_MAXUINT;
	for (size_t i = 0; i <= a_length; i++) {
		for (size_t k = 0; k <= b_length; k++) {
			if (i == 0 || k == 0) {
				table[i][k] = (guint)(i + k);
				continue;
			}
			table[i][k] = least(
				table[i - 1][k] + 1, table[i][k - 1] + 1, table[i - 1][k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				table[i][k] = MIN(table[i][k], table[i - 2][k - 2] + 1);
		}
	}
	return table[a_length][b_length];
}

const char *nearest(const char *word, const char *const *names, gsize count)
{
	guint best = MAX((guint)strlen(word) / 3, 1) + 1;
	const char *found = NULL;

	for (gsize i = 0; i < count; i++) {
		guint far = *names[i] != '\0' ? distance(word, names[i]) : G_MAXUINT;

		if (far >= best)
			continue;
		best = far;
		found = names[i];
	}
	return found;
}
