/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The language of what people read: English, or Chinese as written in the mainland. */
#ifndef GPUHOST_LANGUAGE_H
#define GPUHOST_LANGUAGE_H

/* Chooses it for the process, once, before anything is said. `language`: "en", "zh_CN",
 * or NULL for what the environment asks for, English where that is another language.
 * `folder` holds the catalogues; NULL stands for the one that belongs to the executable.
 * Returns -1, with English chosen, if `language` names one there is no catalogue of; else
 * 0. */
int language_set(const char *language, const char *folder);

/* What was chosen: "en" or "zh_CN". */
const char *language_name(void);

#endif
