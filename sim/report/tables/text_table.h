// Columns of text that line up.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace subvolt::report {

// What cards and explanations keep to, in columns: a terminal of 80 columns, less a margin.
inline constexpr std::size_t kCardWidth = 78;

struct TextColumn {
  enum class Align { kLeft, kRight };
  std::string heading;
  Align align = Align::kLeft;
  std::vector<std::string> cells = {};
  std::size_t widest = 0;  // cells are cut to this many columns, losing their heads; 0: never
};

// One line per row under a line of headings, two blanks between columns. With `width`, the first column that says
// `widest` gives way so that lines fit, down to 12 columns.
std::string text_table(std::vector<TextColumn> columns, std::size_t width = 0);

// Of a terminal, that a text of UTF-8 takes: two for most characters of East Asia.
std::size_t columns(std::string_view text);
// "...onv2d_1/Conv2D": the last `width` columns, if there are more.
std::string tail(std::string_view text, std::size_t width);
// Texts of at most `width` columns that stay apart: tails where these differ, else the parts in which they do, else
// numbers before tails.
std::vector<std::string> distinct_cuts(const std::vector<std::string>& texts, std::size_t width);
// Control characters and those that turn the direction of writing, which names in files may have and terminals obey,
// as "?".
std::string printable(std::string text);
// What a card is of, on the left, and under which conditions, on the right or, where that is long, on lines of its own;
// a rule below.
std::string card_heading(const std::string& left, const std::string& right);
// Words behind a label, broken into lines of at most `width` columns that begin `indent` blanks in.
std::string wrapped(const std::vector<std::string>& words, std::size_t indent, std::size_t width);
std::vector<std::string> words_of(const std::string& text);
// A label and the words behind it, on lines of a card that begin `indent` blanks in.
std::string labelled(const std::string& label, const std::vector<std::string>& words, std::size_t indent);

}  // namespace subvolt::report
