// Things that register themselves by name from their own source files, before main and in no particular order: kinds of
// components, policies, array styles, operators, readers. Listings are sorted by name, so that nothing depends on the
// order of linking.
//
// A registry lives in a function, `static config::Registry<Thing> all("thing");`, which makes it when the first of them
// registers. Things stay where they are, so pointers to them last.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/config/error.h"

namespace subvolt::config {

template <class T>
class Registry {
 public:
  // What is registered, in the singular: for errors.
  explicit Registry(std::string what) : what_(std::move(what)) {}

  // True, for a constant at namespace scope to hold. Throws Error(kInternal) where the name is taken.
  bool add(const std::string& name, T thing) {
    if (things_.emplace(name, std::move(thing)).second) return true;
    throw Error(ErrorKind::kInternal, "two " + what_ + "s of the name " + name);
  }
  const auto* find(std::string_view name) const {
    const auto found = things_.find(name);
    return found == things_.end() ? nullptr : address(found->second);
  }
  auto all() const {
    std::vector<decltype(address(std::declval<const T&>()))> list;
    for (const auto& [name, thing] : things_) list.push_back(address(thing));
    return list;
  }

 private:
  template <class X>
  static const X* address(const X& thing) {
    return &thing;
  }
  template <class X>
  static const X* address(const std::unique_ptr<X>& thing) {
    return thing.get();
  }

  std::string what_;
  std::map<std::string, T, std::less<>> things_;
};

}  // namespace subvolt::config
