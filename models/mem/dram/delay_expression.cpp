#include "models/mem/dram/delay_expression.h"

#include <cctype>
#include <charconv>
#include <optional>

namespace subvolt::mem::dram {
namespace {

class Parser {
 public:
  explicit Parser(const std::string& text) : text_(text) {}

  DelayExpression run() {
    int sign = take('-') ? -1 : 1;
    while (term(sign)) {
      skip_spaces();
      if (at_ == text_.size()) return std::move(out_);
      if (take('+')) {
        sign = 1;
      } else if (take('-')) {
        sign = -1;
      } else {
        break;
      }
    }
    out_.error =
        "expected a sum of JEDEC parameters and clocks such as \"WL + BL + tWTR\" or \"2 * tCCD - 1\", got \"" + text_ +
        "\"";
    return std::move(out_);
  }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::optional<std::int64_t> number() {
    skip_spaces();
    std::int64_t value = 0;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc() || end == begin || value < 0 || value > kLargest) return std::nullopt;
    at_ += static_cast<std::size_t>(end - begin);
    return value;
  }
  std::string name() {
    skip_spaces();
    const std::size_t begin = at_;
    const auto letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    while (at_ < text_.size() && letter(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  bool term(int sign) {
    skip_spaces();
    if (at_ == text_.size()) return false;
    DelayTerm t;
    t.factor = sign;
    if (std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) {
      const std::optional<std::int64_t> value = number();
      if (!value) return false;
      t.factor *= *value;
      if (take('*'))
        t.parameter = name();
      else
        return out_.terms.push_back(t), true;
    } else {
      t.parameter = name();
    }
    if (t.parameter.empty()) return false;
    out_.terms.push_back(t);
    return true;
  }

  static constexpr std::int64_t kLargest = 1'000'000'000;
  const std::string& text_;
  std::size_t at_ = 0;
  DelayExpression out_;
};

}  // namespace

std::int64_t DelayExpression::evaluate(const std::function<std::int64_t(const std::string&)>& value,
                                       std::int64_t clock) const {
  std::int64_t sum = 0;
  for (const DelayTerm& term : terms) sum += term.factor * (term.parameter.empty() ? clock : value(term.parameter));
  return sum;
}

DelayExpression parse_delay(const std::string& text) { return Parser(text).run(); }

}  // namespace subvolt::mem::dram
