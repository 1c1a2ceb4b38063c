/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One function a command: each gets the payload and fills the reply's. */
#ifndef RIG_HANDLERS_H
#define RIG_HANDLERS_H

#include "session.h"

/* Returns 0 or -errno, having complained if the client is to blame. */
typedef int handle_fn(struct session *session, const struct message *message,
	struct bytes payload, struct reply *reply);

handle_fn handle_version, handle_dma_map, handle_dma_unmap, handle_get_info,
	handle_get_region_info, handle_get_irq_info, handle_set_irqs, handle_region_read,
	handle_region_write, handle_reset;

/* Appends to the reply, which has room for it: returns where. */
uint8_t *reply_append(struct reply *reply, size_t size);

#endif
