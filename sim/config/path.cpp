#include "sim/config/path.h"

#include <vector>

namespace subvolt::config {

struct Path::Step {
  std::shared_ptr<const Step> before;
  std::string key;
  std::size_t index = 0;
  bool is_item = false;
};

Path::Path(std::string text) {
  if (!text.empty()) last_ = std::make_shared<const Step>(Step{nullptr, std::move(text), 0, false});
}

Path Path::key(std::string name) const {
  Path below;
  below.last_ = std::make_shared<const Step>(Step{last_, std::move(name), 0, false});
  return below;
}

Path Path::item(std::size_t index) const {
  Path below;
  below.last_ = std::make_shared<const Step>(Step{last_, "", index, true});
  return below;
}

std::string Path::text() const {
  std::vector<const Step*> steps;
  for (const Step* s = last_.get(); s; s = s->before.get()) steps.push_back(s);
  std::string out;
  for (auto s = steps.rbegin(); s != steps.rend(); ++s) {
    if ((*s)->is_item) {
      out += "[" + std::to_string((*s)->index) + "]";
    } else {
      out += (out.empty() ? "" : ".") + (*s)->key;
    }
  }
  return out;
}

}  // namespace subvolt::config
