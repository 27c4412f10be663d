// Sorted insertion for self-registering things: listings must not depend on link order.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

namespace subvolt::kernel {

template <class T, class Name>
bool insert_by_name(std::vector<T>& all, T item, Name name_of) {
  const auto at =
      std::lower_bound(all.begin(), all.end(), item, [&](const T& a, const T& b) { return name_of(a) < name_of(b); });
  all.insert(at, std::move(item));
  return true;
}

}  // namespace subvolt::kernel
