/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What no client may ask of the emulated GPU, and garbage: answered, said, survived. */
#include "vfio_user_talk.h"

#include <dirent.h>

static void test_command_order(void **state)
{
	struct talk *talk = *state;
	uint8_t info[16] = { 16 };

	assert_int_equal(ask(talk, VFIO_USER_DEVICE_GET_INFO, info, 16), EPROTO);
	assert_true(has_said(talk, "before VERSION"));
	assert_int_equal(talk->connection.fd, -1);
	close(talk->client);
	connect_client(talk);
	greet(talk);
	assert_int_equal(ask(talk, VFIO_USER_VERSION, "\0\0\0\0", 4), EPROTO);
	assert_true(has_said(talk, "second VERSION"));
	assert_int_equal(ask(talk, VFIO_USER_DEVICE_GET_INFO, info, 16), 0);
	assert_int_equal(bytes_u32(talk->reply, HEADER_SIZE + 8), REGION_COUNT);
}

static void test_dma_pairs(void **state)
{
	struct talk *talk = *state;
	int memory = memfd_create("guest", MFD_CLOEXEC);

	assert_int_equal(ftruncate(memory, 1 << 20), 0);
	greet(talk);
	assert_int_equal(map(talk, VFIO_USER_DMA_MAP, 0x100000, 1 << 20, memory), 0);
	assert_int_equal(map(talk, VFIO_USER_DMA_MAP, 0x300000, 0x1000, -1), 0);
	assert_false(has_said(talk, "violation"));
	assert_int_equal(map(talk, VFIO_USER_DMA_MAP, 0x1ff000, 0x1000, -1), EEXIST);
	assert_true(has_said(talk, "what is mapped"));
	assert_int_equal(map(talk, VFIO_USER_DMA_MAP, 0xff000, 0x2000, -1), EEXIST);
	assert_int_equal(map(talk, VFIO_USER_DMA_UNMAP, 0x100000, 0x1000, -1), EINVAL);
	assert_true(has_said(talk, "not mapped so"));
	assert_int_equal(map(talk, VFIO_USER_DMA_UNMAP, 0x100000, 1 << 20, -1), 0);
	assert_int_equal(talk->reply.length, HEADER_SIZE + 24);
	assert_int_equal(map(talk, VFIO_USER_DMA_UNMAP, 0x100000, 1 << 20, -1), EINVAL);
	assert_int_equal(map(talk, VFIO_USER_DMA_MAP, 0x10, 0x1000, -1), EINVAL);
	assert_int_equal(map(talk, VFIO_USER_DMA_MAP, 0, 0, -1), EINVAL);
	assert_int_equal(map(talk, VFIO_USER_DMA_MAP, ~0xfffull, 0x2000, -1), EINVAL);
	/* More than the descriptor holds. */
	assert_int_equal(map(talk, VFIO_USER_DMA_MAP, 0, 2 << 20, memory), EINVAL);
	close(memory);
}

static void test_dma_limit(void **state)
{
	struct dma_maps maps = { 0 };

	(void)state;
	for (uint64_t i = 0; i < DMA_MAPS_MAX; i++)
		assert_int_equal(dma_maps_add(&maps, i << 12, 4096), 0);
	assert_int_equal(dma_maps_add(&maps, 1ull << 40, 4096), -ENOSPC);
	assert_int_equal(dma_maps_remove(&maps, 0x5000, 4096), 0);
	assert_int_equal(dma_maps_add(&maps, 0x5000, 4096), 0);
	dma_maps_clear(&maps);
}

static size_t count_fds(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(folder))
		n++;
	closedir(folder);
	return n;
}

static void test_descriptors(void **state)
{
	struct talk *talk = *state;
	uint8_t irqs[20] = { 20, 0, 0, 0, 0x24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
	int fds[32];
	size_t before;

	for (size_t i = 0; i < 32; i++)
		fds[i] = talk->said;
	greet(talk);
	before = count_fds();
	assert_int_equal(ask_with(talk, VFIO_USER_DEVICE_SET_IRQS, irqs, 20, fds, 1), 0);
	assert_false(has_said(talk, "violation"));
	assert_int_equal(
		ask_with(talk, VFIO_USER_DEVICE_SET_IRQS, irqs, 20, fds, 2), EINVAL);
	assert_int_equal(ask_with(talk, VFIO_USER_DEVICE_RESET, NULL, 0, fds, 1), EINVAL);
	assert_int_equal(count_fds(), before);
	assert_int_equal(ask_with(talk, VFIO_USER_DEVICE_RESET, NULL, 0, fds, 32), -1);
	assert_true(has_said(talk, "descriptors"));
	assert_int_equal(talk->connection.fd, -1);
	assert_int_equal(count_fds(), before - 1);
}

struct offence {
	const char *what;
	unsigned command;
	size_t length;
	uint32_t words[8];
	int error;
};

static void test_violations(void **state)
{
	static const struct offence offences[] = {
		{ "nothing", 0, 0, { 0 }, EINVAL },
		{ "the server's command", VFIO_USER_DMA_READ, 16, { 0 }, EINVAL },
		{ "one not offered", VFIO_USER_REGION_WRITE_MULTI, 16, { 0 }, EINVAL },
		{ "a short payload", VFIO_USER_DEVICE_GET_INFO, 12, { 16 }, EINVAL },
		{ "a long payload", VFIO_USER_DEVICE_RESET, 4, { 0 }, EINVAL },
		{ "argsz", VFIO_USER_DEVICE_GET_INFO, 16, { 8 }, EINVAL },
		{ "a region", VFIO_USER_DEVICE_GET_REGION_INFO, 32, { 32, 0, 9 },
			EINVAL },
		{ "an interrupt", VFIO_USER_DEVICE_GET_IRQ_INFO, 16, { 16, 0, 5 },
			EINVAL },
		{ "an absent region", VFIO_USER_REGION_READ, 16, { 0, 0, 2, 4 }, EINVAL },
		{ "a region far off", VFIO_USER_REGION_READ, 16, { 0, 0, ~0u, 4 },
			EINVAL },
		{ "no bytes", VFIO_USER_REGION_READ, 16, { 0, 0, 7, 0 }, EINVAL },
		{ "too many bytes", VFIO_USER_REGION_READ, 16, { 0, 0, 1, 1 << 21 },
			EINVAL },
		{ "beyond its end", VFIO_USER_REGION_READ, 16, { 4094, 0, 7, 4 },
			EINVAL },
		{ "an overflow", VFIO_USER_REGION_READ, 16, { ~3u, ~0u, 7, 8 }, EINVAL },
		{ "a write with less data", VFIO_USER_REGION_WRITE, 20, { 0, 0, 7, 8 },
			EINVAL },
		{ "a write with more data", VFIO_USER_REGION_WRITE, 24, { 0, 0, 7, 4 },
			EINVAL },
		{ "two kinds of data", VFIO_USER_DEVICE_SET_IRQS, 20,
			{ 20, 0x23, 0, 0, 1 }, EINVAL },
		{ "no action", VFIO_USER_DEVICE_SET_IRQS, 20, { 20, 1, 0, 0, 1 },
			EINVAL },
		{ "an overflow of vectors", VFIO_USER_DEVICE_SET_IRQS, 20,
			{ 20, 0x21, 1, ~0u, 2 }, EINVAL },
	};

	struct talk *talk = *state;

	greet(talk);
	for (size_t i = 0; i < sizeof(offences) / sizeof(offences[0]); i++) {
		const struct offence *offence = &offences[i];
		int error = ask(talk, offence->command, offence->words, offence->length);

		if (error != offence->error || !has_said(talk, "violation"))
			fail_msg("%s: %d", offence->what, error);
	}
	/* Asking for what only newer servers have is none. */
	assert_int_equal(ask(talk, 16, NULL, 0), EOPNOTSUPP);
	assert_false(has_said(talk, "violation"));
	assert_int_equal(read_config(talk, 0), 0x270410de);
}

/* Headers behind which no stream goes on. */
static void test_bad_headers(void **state)
{
	static const uint32_t headers[][4] = {
		{ 0x00040000, 15, 0, 0 }, /* shorter than itself */
		{ 0x00040000, ~0u, 0, 0 },
		{ 0x00040000, MESSAGE_MAX + 1, 0, 0 },
		{ 0x000d0000, 16, 1, 0 }, /* a reply to nothing */
		{ 0x000d0000, 16, 15, 0 },
	};
	struct talk *talk = *state;

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		greet(talk);
		send_bytes(talk, headers[i], 16, NULL, 0);
		receive_reply(talk);
		assert_int_equal(talk->reply.length, 0);
		assert_true(has_said(talk, "violation"));
		assert_int_equal(talk->connection.fd, -1);
		close(talk->client);
		connect_client(talk);
	}
}

static void test_cut_off(void **state)
{
	struct talk *talk = *state;

	greet(talk);
	send_bytes(talk, "\1\0\4\0\40\0", 6, NULL, 0);
	connection_serve(&talk->connection);
	shutdown(talk->client, SHUT_WR);
	connection_serve(&talk->connection);
	assert_true(has_said(talk, "the end after 6 bytes"));
	assert_int_equal(talk->connection.fd, -1);
}

static void test_no_reply_wanted(void **state)
{
	struct talk *talk = *state;
	const uint32_t reset[] = { VFIO_USER_DEVICE_RESET << 16, 16, VFIO_USER_NO_REPLY,
		0 };

	greet(talk);
	send_bytes(talk, reset, 16, NULL, 0);
	receive_reply(talk);
	assert_int_equal(talk->reply.length, 0);
	assert_true(has_said(talk, "reset 1"));
	assert_int_equal(read_config(talk, 0), 0x270410de);
}

/* A client that never reads its replies holds up itself only. */
static void test_slow_reader(void **state)
{
	struct talk *talk = *state;
	uint32_t message[8] = { VFIO_USER_REGION_READ << 16, 32, 0, 0, 0, 0, 1,
		TRANSFER_MAX };

	greet(talk);
	for (int i = 0; i < 8; i++) {
		send_bytes(talk, message, sizeof(message), NULL, 0);
		connection_serve(&talk->connection);
	}
	assert_true(talk->connection.sent < talk->connection.reply.length);
	assert_true(talk->connection.fd >= 0);
	for (size_t got = 0; got < 8 * (32 + (size_t)TRANSFER_MAX);) {
		ssize_t n = recv(talk->client, talk->data, sizeof(talk->data), 0);

		assert_true(n > 0);
		got += (size_t)n;
		connection_serve(&talk->connection);
	}
	assert_int_equal(read_config(talk, 0), 0x270410de);
}

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* Values that sit at the edges of things. */
static uint32_t edgy(uint32_t *seed)
{
	static const uint32_t edges[] = { 0, 1, 2, 3, 4, 6, 7, 8, 9, 16, 20, 24, 32, 4095,
		4096, 0x7ffff, 1 << 20, 1 << 21, 0x7fffffff, 0x80000000, ~0u };

	return next_random(seed) % 4 ? edges[next_random(seed) % 21] : next_random(seed);
}

/* Whole messages of all commands with edgy contents, in one go or in two. */
static void send_garbage(struct talk *talk, uint32_t *seed)
{
	static const size_t lengths[] = { 0, 4, 16, 20, 24, 32 };
	uint32_t words[12] = { 0 };
	size_t length = next_random(seed) % 8 ? lengths[next_random(seed) % 6]
					      : next_random(seed) % 33;
	size_t size = HEADER_SIZE + length, cut = next_random(seed) % size;
	int fds[] = { talk->said, talk->client };

	words[0] = (next_random(seed) % 18) << 16 | 7;
	words[1] = next_random(seed) % 64 ? (uint32_t)size : edgy(seed);
	words[2] = next_random(seed) % 16 ? 0 : edgy(seed);
	for (size_t i = 4; i < 12; i++)
		words[i] = edgy(seed);
	if (length >= 16 && next_random(seed) % 2)
		words[4] = (uint32_t)length; /* argsz */
	if (cut)
		send_bytes(talk, words, cut, fds, next_random(seed) % 8 ? 0 : 2);
	connection_serve(&talk->connection);
	if (talk->connection.fd >= 0)
		send_bytes(talk, (char *)words + cut, size - cut, NULL, 0);
}

static void test_garbage(void **state)
{
	struct talk *talk = *state;
	size_t before = count_fds(), replies = 0, ends = 0;
	uint32_t seed = 1;

	for (int i = 0; i < 20000; i++) {
		if (talk->connection.fd < 0) {
			close(talk->client);
			connect_client(talk);
			greet(talk);
			ends++;
		}
		send_garbage(talk, &seed);
		receive_reply(talk);
		if (talk->reply.length >= HEADER_SIZE)
			replies++;
		assert_true(talk->connection.session.maps.n <= DMA_MAPS_MAX);
		if (i % 1000 == 0)
			has_said(talk, "");
	}
	/* It came through to the handlers, and gave clients up too. */
	assert_true(replies > 5000);
	assert_true(ends > 100);
	assert_true(count_fds() <= before);
}

static void test_wrong_cards(void **state)
{
	static const char *const texts[] = {
		"",
		"name = \"x\"",
		"name = \"x\"\nfunction = 3",
		"name = \"x\"\n[[function]]\nvendor = 0x10de",
		"name = \"x\"\n[[function]]\nvendor = 0x1ffff\ndevice = 1\nclass = 3",
		"name = \"x\"\n[[function]]\nvendor = 1\ndevice = 1\nclass = 3\n"
		"bar = [ { index = 0, type = \"memory32\", size = \"3M\" } ]",
		"name = \"x\"\n[[function]]\nvendor = 1\ndevice = 1\nclass = 3\n"
		"bar = [ { index = 5, type = \"memory64\", size = \"1M\" } ]",
		"name = \"x\"\n[[function]]\nvendor = 1\ndevice = 1\nclass = 3\n"
		"bar = [ { index = 0, type = \"memory64\", size = \"1M\" },\n"
		"{ index = 1, type = \"memory32\", size = \"1M\" } ]",
		"name = \"x\"\n[[function]]\nvendor = 1\ndevice = 1\nclass = 3\n"
		"register = [ { bar = 0, offset = 0, value = 1 } ]",
		"name = \"x\"\n[[function]]\nvendor = 1\ndevice = 1\nclass = 3\n"
		"rebar = { bar = 0, sizes = 0x40 }",
		"name = \"x\"\n[[function]]\nvendor = 1\ndevice = 1\nclass = 3\n"
		"rom = { size = \"4K\" }",
		"name = \"x\"\n[[function]]\nvendor = 1\ndevice = 1\nclass = 3\n"
		"link-width = 0",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ARENA_AUTO arena = arena_new();
		struct bytes text = { (const uint8_t *)texts[i], strlen(texts[i]) };
		struct err err = { 0 };
		struct card card;

		assert_int_equal(card_parse(text, "x.conf", arena, &card, &err), -1);
		assert_int_equal(err.status, STATUS_BAD_INPUT);
		assert_non_null(strstr(err.text, "x.conf:"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		talk_test(test_command_order),
		talk_test(test_dma_pairs),
		cmocka_unit_test(test_dma_limit),
		talk_test(test_descriptors),
		talk_test(test_violations),
		talk_test(test_bad_headers),
		talk_test(test_cut_off),
		talk_test(test_no_reply_wanted),
		talk_test(test_slow_reader),
		talk_test(test_garbage),
		cmocka_unit_test(test_wrong_cards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
