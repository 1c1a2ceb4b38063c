/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of vfio-user; structures as in Linux include/uapi/linux/vfio.h. */
#include "handlers.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "put.h"

static const char capabilities[] =
	"{\"capabilities\":{\"max_msg_fds\":8,\"max_data_xfer_size\":1048576,"
	"\"pgsizes\":4096}}";

enum {
	DEVICE_RESETS = 1,
	DEVICE_IS_PCI = 2,
	REGION_READABLE = 1,
	REGION_WRITABLE = 2,
	IRQ_EVENTFD = 1,
	IRQ_INDICES = 5, /* INTx, MSI, MSI-X, error, request */
	IRQ_MSIX = 2,
	DMA_READ_WRITE = 3,
	DMA_PAGE = 4096,
	UNMAP_ALL = 2,
};

/* The flags of SET_IRQS: one kind of data, one action. */
enum {
	IRQ_DATA_NONE = 1,
	IRQ_DATA_BOOL = 2,
	IRQ_DATA_EVENTFD = 4,
	IRQ_DATA = 7,
	IRQ_ACTION = 0x38,
};

/* The text behind the version is a JSON object with its final NUL, or nothing. */
static bool is_capabilities(struct bytes text)
{
	json_t *json;
	bool good;

	if (text.length == 0)
		return true;
	if (text.data[text.length - 1] != '\0')
		return false;
	json = json_loadb((const char *)text.data, text.length - 1, 0, NULL);
	good = json_is_object(json) &&
		(!json_object_get(json, "capabilities") ||
			json_is_object(json_object_get(json, "capabilities")));
	json_decref(json);
	return good;
}

int handle_version(struct session *session, const struct message *message,
	struct bytes payload, struct reply *reply)
{
	(void)message;
	if (bytes_u16(payload, 0) != 0) {
		session_complain(
			session, "version %u of the protocol", bytes_u16(payload, 0));
		return -EINVAL;
	}
	if (!is_capabilities(bytes_from(payload, 4))) {
		session_complain(session, "capabilities that are no JSON object");
		return -EINVAL;
	}
	reply_append(reply, 4); /* version 0.0 */
	memcpy(reply_append(reply, sizeof(capabilities)), capabilities,
		sizeof(capabilities));
	session->greeted = true;
	return 0;
}

static bool is_page_range(uint64_t start, uint64_t size)
{
	return size > 0 && start % DMA_PAGE == 0 && size % DMA_PAGE == 0 &&
		(start + size > start || start + size == 0);
}

/* A descriptor must hold what the client says it maps from it. */
static bool fd_holds(const struct message *message, uint64_t offset, uint64_t size)
{
	struct stat status;

	if (message->n_fds == 0 || fstat(message->fds[0], &status) < 0 ||
		!S_ISREG(status.st_mode))
		return message->n_fds == 0;
	return offset % DMA_PAGE == 0 && offset <= (uint64_t)status.st_size &&
		size <= (uint64_t)status.st_size - offset;
}

int handle_dma_map(struct session *session, const struct message *message,
	struct bytes payload, struct reply *reply)
{
	uint32_t flags = bytes_u32(payload, 4);
	uint64_t offset = bytes_u64(payload, 8), start = bytes_u64(payload, 16),
		 size = bytes_u64(payload, 24);
	int result;

	(void)reply;
	if (bytes_u32(payload, 0) < payload.length || flags == 0 ||
		(flags & ~(uint32_t)DMA_READ_WRITE) || !is_page_range(start, size) ||
		!fd_holds(message, offset, size)) {
		session_complain(session,
			"DMA_MAP of 0x%llx bytes at 0x%llx, offset 0x%llx, flags 0x%x",
			(unsigned long long)size, (unsigned long long)start,
			(unsigned long long)offset, flags);
		return -EINVAL;
	}
	result = dma_maps_add(&session->maps, start, size);
	if (result == -EEXIST)
		session_complain(session, "DMA_MAP of what is mapped: 0x%llx at 0x%llx",
			(unsigned long long)size, (unsigned long long)start);
	return result;
}

int handle_dma_unmap(struct session *session, const struct message *message,
	struct bytes payload, struct reply *reply)
{
	uint32_t flags = bytes_u32(payload, 4);
	uint64_t start = bytes_u64(payload, 8), size = bytes_u64(payload, 16);

	(void)message;
	if (bytes_u32(payload, 0) < payload.length || (flags & ~(uint32_t)UNMAP_ALL) ||
		(flags && (start || size))) {
		session_complain(session, "DMA_UNMAP with flags 0x%x", flags);
		return -EINVAL;
	}
	if (flags)
		dma_maps_clear(&session->maps);
	else if (dma_maps_remove(&session->maps, start, size) < 0) {
		session_complain(session,
			"DMA_UNMAP of what was not mapped so: 0x%llx at 0x%llx",
			(unsigned long long)size, (unsigned long long)start);
		return -EINVAL;
	}
	memcpy(reply_append(reply, payload.length), payload.data, payload.length);
	return 0;
}

static int check_argsz(struct session *session, struct bytes payload)
{
	if (bytes_u32(payload, 0) >= payload.length)
		return 0;
	session_complain(session, "argsz of %u", bytes_u32(payload, 0));
	return -EINVAL;
}

int handle_get_info(struct session *session, const struct message *message,
	struct bytes payload, struct reply *reply)
{
	uint8_t *info;

	(void)message;
	if (check_argsz(session, payload) < 0)
		return -EINVAL;
	info = reply_append(reply, 16);
	put_u32(info, 16);
	put_u32(info + 4, DEVICE_RESETS | DEVICE_IS_PCI);
	put_u32(info + 8, REGION_COUNT);
	put_u32(info + 12, IRQ_INDICES);
	return 0;
}

int handle_get_region_info(struct session *session, const struct message *message,
	struct bytes payload, struct reply *reply)
{
	uint32_t index = bytes_u32(payload, 8);
	uint64_t size;
	uint8_t *info;

	(void)message;
	if (check_argsz(session, payload) < 0)
		return -EINVAL;
	if (index >= REGION_COUNT) {
		session_complain(session, "region %u", index);
		return -EINVAL;
	}
	size = device_region_size(session->device, index);
	info = reply_append(reply, 32);
	put_u32(info, 32);
	put_u32(info + 4,
		size == 0		      ? 0
			: index == REGION_ROM ? REGION_READABLE
					      : REGION_READABLE | REGION_WRITABLE);
	put_u32(info + 8, index);
	put_u64(info + 16, size);
	return 0;
}

/* No function here has MSI-X. */
static uint32_t irq_count(uint32_t index)
{
	return index == IRQ_MSIX ? 0 : 1;
}

int handle_get_irq_info(struct session *session, const struct message *message,
	struct bytes payload, struct reply *reply)
{
	uint32_t index = bytes_u32(payload, 8);
	uint8_t *info;

	(void)message;
	if (check_argsz(session, payload) < 0)
		return -EINVAL;
	if (index >= IRQ_INDICES) {
		session_complain(session, "interrupt index %u", index);
		return -EINVAL;
	}
	info = reply_append(reply, 16);
	put_u32(info, 16);
	put_u32(info + 4, IRQ_EVENTFD);
	put_u32(info + 8, index);
	put_u32(info + 12, irq_count(index));
	return 0;
}

/* Exactly one bit of `flags` within `mask`. */
static bool one_of(uint32_t flags, uint32_t mask)
{
	flags &= mask;
	return flags && !(flags & (flags - 1));
}

/* Nothing here ever raises an interrupt, so that checking it is all there is to do. */
int handle_set_irqs(struct session *session, const struct message *message,
	struct bytes payload, struct reply *reply)
{
	uint32_t flags = bytes_u32(payload, 4), index = bytes_u32(payload, 8);
	uint64_t start = bytes_u32(payload, 12), count = bytes_u32(payload, 16);
	size_t data = payload.length - 20;

	(void)reply;
	if (check_argsz(session, payload) < 0)
		return -EINVAL;
	if (index >= IRQ_INDICES || start + count > irq_count(index) ||
		!one_of(flags, IRQ_DATA) || !one_of(flags, IRQ_ACTION) ||
		(flags & ~(uint32_t)(IRQ_DATA | IRQ_ACTION)) ||
		data != (flags & IRQ_DATA_BOOL ? count : 0) ||
		(message->n_fds &&
			(!(flags & IRQ_DATA_EVENTFD) || message->n_fds > count))) {
		session_complain(session,
			"SET_IRQS flags 0x%x, index %u, %llu from %llu, %zu bytes, "
			"%zu descriptors",
			flags, index, (unsigned long long)count,
			(unsigned long long)start, data, message->n_fds);
		return -EINVAL;
	}
	return 0;
}

/* The range that a region access names, or -errno. */
static int check_access(struct session *session, struct bytes payload)
{
	uint64_t offset = bytes_u64(payload, 0);
	uint32_t region = bytes_u32(payload, 8), count = bytes_u32(payload, 12);
	uint64_t size = region < REGION_COUNT
		? device_region_size(session->device, region)
		: 0;

	if (size && count && count <= TRANSFER_MAX && count <= size &&
		offset <= size - count)
		return 0;
	session_complain(session, "access to %u bytes at 0x%llx of region %u", count,
		(unsigned long long)offset, region);
	return -EINVAL;
}

int handle_region_read(struct session *session, const struct message *message,
	struct bytes payload, struct reply *reply)
{
	uint32_t count = bytes_u32(payload, 12);

	(void)message;
	if (check_access(session, payload) < 0)
		return -EINVAL;
	memcpy(reply_append(reply, ACCESS_SIZE), payload.data, ACCESS_SIZE);
	device_read(session->device, bytes_u32(payload, 8), bytes_u64(payload, 0),
		reply_append(reply, count), count);
	return 0;
}

static void say_reset(const struct session *session, const char *how)
{
	if (session->verbose)
		fprintf(stderr, "gpu-server: %s: reset %u (%s)\n", session->name,
			session->device->resets, how);
}

int handle_region_write(struct session *session, const struct message *message,
	struct bytes payload, struct reply *reply)
{
	uint32_t count = bytes_u32(payload, 12);

	(void)message;
	if (check_access(session, payload) < 0)
		return -EINVAL;
	if (count != payload.length - ACCESS_SIZE) {
		session_complain(session, "REGION_WRITE of %u bytes with %zu", count,
			payload.length - ACCESS_SIZE);
		return -EINVAL;
	}
	if (bytes_u32(payload, 8) == REGION_ROM) {
		session_complain(session, "a write to the option ROM");
		return -EPERM;
	}
	if (device_write(session->device, bytes_u32(payload, 8), bytes_u64(payload, 0),
		    payload.data + ACCESS_SIZE, count))
		say_reset(session, "FLR");
	memcpy(reply_append(reply, ACCESS_SIZE), payload.data, ACCESS_SIZE);
	return 0;
}

int handle_reset(struct session *session, const struct message *message,
	struct bytes payload, struct reply *reply)
{
	(void)message;
	(void)payload;
	(void)reply;
	device_reset(session->device);
	say_reset(session, "DEVICE_RESET");
	return 0;
}
