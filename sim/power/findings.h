// Collects violations as sentences, the first few in full. Internal.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace subvolt::power {

// One mistake often shows in every epoch; nobody reads ten thousand sentences.
class Findings {
 public:
  void add(std::string sentence) {
    if (sentences_.size() < kMost) {
      sentences_.push_back(std::move(sentence));
    } else {
      ++more_;
    }
  }
  // Adds the sentence unless the condition holds; the sentence is only made when it is wanted.
  template <class MakeSentence>
  void expect(bool condition, MakeSentence make) {
    if (!condition) add(make());
  }
  bool empty() const { return sentences_.empty(); }
  std::vector<std::string> take() {
    if (more_ > 0) sentences_.push_back("and " + std::to_string(more_) + " more");
    return std::move(sentences_);
  }

 private:
  static constexpr std::size_t kMost = 20;
  std::vector<std::string> sentences_;
  std::size_t more_ = 0;
};

}  // namespace subvolt::power
