// Kinds that make objects: a map names one of them (kinds.h) and is read into an object of that kind, of which the
// rest of the program knows the family alone.
//
//   struct Arrivals { static config::Makers<Arrivals>& makers(); virtual ~Arrivals(); ... };
//   struct Poisson : Arrivals { Varying<Frequency> rate; static const config::Schema<Poisson>& schema(); ... };
//   const bool poisson_registered = Arrivals::makers().add<Poisson>();
//
// and config::Made<Arrivals> is a field. Objects of all kinds are default-constructible.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "sim/config/kinds.h"

namespace subvolt::config {

template <class Family>
struct Made {
  std::string kind;  // empty: nothing was read
  std::shared_ptr<const Family> it;
  explicit operator bool() const { return it != nullptr; }
  const Family* operator->() const { return it.get(); }
  const Family& operator*() const { return *it; }
};

template <class Family>
class Makers {
 public:
  using Kindred = Family;
  // What a map of them describes, the kind of one that names none, and the key that names it.
  Makers(std::string what, std::string standard, std::string key)
      : kinds_(what, std::move(standard), std::move(key)), readers_(std::move(what)) {}

  // True, for a constant at namespace scope to hold.
  template <class T>
  bool add() {
    readers_.add(T::schema().name(), [](const Node& keys, Diagnostics& diagnostics) {
      auto made = std::make_shared<T>();
      return T::schema().read(keys, *made, diagnostics) ? std::shared_ptr<const Family>(std::move(made)) : nullptr;
    });
    return kinds_.add(T::schema());
  }
  const Kinds& kinds() const { return kinds_; }

  bool read(const Node& map, Made<Family>& value, Diagnostics& diagnostics) const {
    KindChoice choice;
    if (!kinds_.read(map, choice, diagnostics)) return false;
    value.kind = choice.name;
    value.it = (*readers_.find(choice.name))(choice.keys, diagnostics);
    return value.it != nullptr;
  }

 private:
  using Reader = std::shared_ptr<const Family> (*)(const Node& keys, Diagnostics& diagnostics);
  Kinds kinds_;
  Registry<Reader> readers_;
};

template <class Family>
struct FieldType<Made<Family>> {
  static bool read(const Node& node, Made<Family>& value, Diagnostics& d) {
    return Family::makers().read(node, value, d);
  }
  static TypeDoc doc() { return {TypeDoc::Form::kKind, {}, {}, {}, nullptr, &Family::makers().kinds()}; }
  static std::string text(const Made<Family>& value) { return value ? "(see below)" : "none"; }
};

}  // namespace subvolt::config
