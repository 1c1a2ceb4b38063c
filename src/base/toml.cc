/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TOML through toml++: its nodes are copied into plain ones, and no exception gets out.
 */
#include "tomlplusplus.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

extern "C" {
#include "gpuhost/err.h"
#include "gpuhost/text.h"
#include "gpuhost/toml.h"
}

namespace
{

constexpr size_t longest_text = 1 << 20;
constexpr unsigned deepest = 64;

struct position {
	unsigned line = 1, column = 1;
};

enum class kind {
	table,
	array,
	string,
	integer,
	boolean,
	other,
};

} // namespace

struct toml_node {
	kind is = kind::other;
	position at;
	std::string text;
	int64_t number = 0;
	std::vector<std::string> keys; /* of a table, beside `children` */
	std::vector<position> key_positions;
	std::vector<toml_node> children;
};

struct toml_document {
	toml_node root;
};

namespace
{

struct failure {
	position at;
	std::string text;
};

position position_of(const toml::source_position &source)
{
	position at;

	if (source.line)
		at.line = source.line;
	if (source.column)
		at.column = source.column;
	return at;
}

bool before(const position &a, const position &b)
{
	return a.line != b.line ? a.line < b.line : a.column < b.column;
}

position locate(std::string_view text, size_t offset)
{
	std::string_view front = text.substr(0, offset);
	size_t newline = front.rfind('\n');
	position at;

	at.line = 1 + (unsigned)std::count(front.begin(), front.end(), '\n');
	at.column = 1 + (unsigned)(newline == front.npos ? offset : offset - newline - 1);
	return at;
}

/* toml++ frees and builds nested tables by recursion, and dotted keys nest without any
 * bracket ("a.a.a.a…"). So depth is counted before the text gets there: open brackets,
 * and dots that have only key characters around them. Strings and comments are left out.
 */
class depth_guard
{
      public:
	explicit depth_guard(std::string_view document) : text(document)
	{
	}

	bool passes(position &ret_at)
	{
		for (size_t i = 0; i < text.size();) {
			if (brackets.size() + dots > deepest) {
				ret_at = locate(text, i);
				return false;
			}
			i = step(i);
		}
		return true;
	}

      private:
	std::string_view text;
	std::vector<unsigned> brackets; /* dots in use where each was opened */
	unsigned dots = 0;

	size_t step(size_t i)
	{
		switch (text[i]) {
		case '#':
			return std::min(text.find('\n', i), text.size());
		case '"':
		case '\'':
			return skip_string(i);
		case '.':
			dots++;
			break;
		case '[':
		case '{':
			brackets.push_back(dots);
			break;
		case ']':
		case '}':
		case ',':
		case '\n':
			reset(text[i]);
			break;
		}
		return i + 1;
	}

	void reset(char character)
	{
		dots = brackets.empty() ? 0 : brackets.back();
		if ((character == ']' || character == '}') && !brackets.empty())
			brackets.pop_back();
	}

	size_t skip_string(size_t i)
	{
		char quote = text[i];
		std::string three(3, quote);
		bool multi = text.compare(i, 3, three) == 0;

		for (i += multi ? 3 : 1; i < text.size(); i++) {
			if (quote == '"' && text[i] == '\\')
				i++;
			else if (multi && text.compare(i, 3, three) == 0)
				return i + 3;
			else if (!multi && (text[i] == quote || text[i] == '\n'))
				return i + 1;
		}
		return text.size();
	}
};

void check_text(std::string_view text, const position &at)
{
	if (text.find('\0') != text.npos)
		throw failure{ at, _("a NUL character has no place in a text") };
}

void copy_node(const toml::node &from, toml_node &to);

void copy_table(const toml::table &table, toml_node &to)
{
	std::vector<std::pair<position, toml::table::const_iterator>> members;

	to.is = kind::table;
	for (auto member = table.cbegin(); member != table.cend(); ++member)
		members.emplace_back(position_of(member->first.source().begin), member);
	std::sort(members.begin(), members.end(),
		[](const auto &a, const auto &b) { return before(a.first, b.first); });
	to.children.resize(members.size());
	for (size_t i = 0; i < members.size(); i++) {
		std::string_view key = members[i].second->first.str();

		check_text(key, members[i].first);
		to.keys.emplace_back(key);
		to.key_positions.push_back(members[i].first);
		copy_node(members[i].second->second, to.children[i]);
	}
}

void copy_node(const toml::node &from, toml_node &to)
{
	to.at = position_of(from.source().begin);
	if (auto table = from.as_table()) {
		copy_table(*table, to);
	} else if (auto array = from.as_array()) {
		to.is = kind::array;
		to.children.resize(array->size());
		for (size_t i = 0; i < array->size(); i++)
			copy_node((*array)[i], to.children[i]);
	} else if (auto text = from.as_string()) {
		check_text(text->get(), to.at);
		to.is = kind::string;
		to.text = text->get();
	} else if (auto integer = from.as_integer()) {
		to.is = kind::integer;
		to.number = integer->get();
	} else if (auto boolean = from.as_boolean()) {
		to.is = kind::boolean;
		to.number = boolean->get();
	}
}

bool fails_assumption(std::string_view text)
{
	try {
		(void)toml::parse(text);
	} catch (const assumption_failed &) {
		return true;
	} catch (const toml::parse_error &) {
	}
	return false;
}

/* toml++ doesn't say where, but it reads from front to back: the shortest text that fails
 * in the same way ends where the fault is. */
position find_failure(std::string_view text)
{
	size_t good = 0, bad = text.size();

	while (bad - good > 1) {
		size_t middle = good + (bad - good) / 2;

		(fails_assumption(text.substr(0, middle)) ? bad : good) = middle;
	}
	return locate(text, good);
}

std::unique_ptr<toml_document> parse(std::string_view text)
{
	auto document = std::make_unique<toml_document>();
	position at;

	if (text.size() > longest_text)
		throw failure{ at, _("the file is too large") };
	if (!depth_guard(text).passes(at))
		throw failure{ at, _("too deeply nested") };

	try {
		toml::table table = toml::parse(text);

		copy_node(table, document->root);
	} catch (const assumption_failed &) {
		throw failure{ find_failure(text),
			_("a key, a value or a bracket is missing or misplaced") };
	} catch (const toml::parse_error &error) {
		throw failure{ position_of(error.source().begin),
			std::string(error.description()) };
	}
	return document;
}

const toml_node *child(const toml_node *node, size_t index)
{
	return node && index < node->children.size() ? &node->children[index] : nullptr;
}

} // namespace

int toml_parse(const char *text, size_t length, const char *name,
	struct toml_document **ret_document, struct err *err)
{
	try {
		*ret_document = parse(std::string_view(text, length)).release();
		return 0;
	} catch (const failure &failed) {
		return err_set(err, STATUS_BAD_INPUT, "%s:%u:%u: %s", name,
			failed.at.line, failed.at.column, failed.text.c_str());
	} catch (const std::exception &exception) {
		return err_set(err, STATUS_BAD_INPUT, "%s: %s", name, exception.what());
	} catch (...) {
		return err_set(err, STATUS_BAD_INPUT, _("%s: can't be read"), name);
	}
}

void toml_free(struct toml_document *document)
{
	delete document;
}

const struct toml_node *toml_root(const struct toml_document *document)
{
	return &document->root;
}

const struct toml_node *toml_get(const struct toml_node *table, const char *key)
{
	if (!table || table->is != kind::table)
		return nullptr;
	for (size_t i = 0; i < table->keys.size(); i++)
		if (table->keys[i] == key)
			return &table->children[i];
	return nullptr;
}

size_t toml_count(const struct toml_node *node)
{
	return node ? node->children.size() : 0;
}

const struct toml_node *toml_at(const struct toml_node *array_or_table, size_t index)
{
	return child(array_or_table, index);
}

const char *toml_key(const struct toml_node *table, size_t index)
{
	return table && index < table->keys.size() ? table->keys[index].c_str() : nullptr;
}

bool toml_is_array(const struct toml_node *node)
{
	return node && node->is == kind::array;
}

bool toml_is_table(const struct toml_node *node)
{
	return node && node->is == kind::table;
}

const char *toml_string(const struct toml_node *node)
{
	return node && node->is == kind::string ? node->text.c_str() : nullptr;
}

bool toml_integer(const struct toml_node *node, int64_t *ret_value)
{
	if (!node || node->is != kind::integer)
		return false;
	*ret_value = node->number;
	return true;
}

bool toml_boolean(const struct toml_node *node, bool *ret_value)
{
	if (!node || node->is != kind::boolean)
		return false;
	*ret_value = node->number != 0;
	return true;
}

void toml_position(const struct toml_node *node, unsigned *ret_line, unsigned *ret_column)
{
	*ret_line = node ? node->at.line : 1;
	*ret_column = node ? node->at.column : 1;
}

void toml_key_position(const struct toml_node *table, size_t index, unsigned *ret_line,
	unsigned *ret_column)
{
	position at;

	if (table && index < table->key_positions.size())
		at = table->key_positions[index];
	*ret_line = at.line;
	*ret_column = at.column;
}
