// A value of a JSON document that is read by its structure.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/error.h"

namespace subvolt::power {

// A value of a document. Everything that is not as it must be is an error with the JSON pointer, which is looked for
// when there is something to say: a record has 10^5 values.
class JsonValue {
 public:
  using Json = nlohmann::ordered_json;
  JsonValue(const Json& json, const Json& root, const std::string& file) : json_(json), root_(root), file_(file) {}

  [[noreturn]] void fail(const std::string& why) const {
    std::string pointer;
    find_way(root_, json_, pointer);
    throw Error(ErrorKind::kConfiguration, file_ + ": " + (pointer.empty() ? "/" : pointer) + ": " + why);
  }
  // The member, which must be there.
  JsonValue at(const std::string& key) const {
    const auto found = require_object().find(key);
    if (found == json_.end()) fail("expected a member \"" + key + "\"");
    return JsonValue(*found, root_, file_);
  }
  bool has(const std::string& key) const { return require_object().contains(key); }
  // An object with these members and no other.
  void only(std::initializer_list<const char*> keys) const {
    for (const auto& [key, value] : require_object().items()) {
      bool known = false;
      for (const char* k : keys) known = known || key == k;
      if (!known) fail("unknown member \"" + key + "\"");
    }
  }
  std::vector<JsonValue> items() const {
    if (!json_.is_array()) fail(std::string("expected an array, got ") + json_.type_name());
    std::vector<JsonValue> out;
    out.reserve(json_.size());
    for (const Json& item : json_) out.emplace_back(item, root_, file_);
    return out;
  }
  template <class Read>
  auto members(Read read) const {
    std::vector<std::pair<std::string, decltype(read(*this))>> out;
    for (const auto& [key, value] : require_object().items()) {
      out.emplace_back(key, read(JsonValue(value, root_, file_)));
    }
    return out;
  }

  bool truth() const {
    if (!json_.is_boolean()) fail("expected true or false");
    return json_.get<bool>();
  }
  std::int64_t integer() const {
    const bool fits =
        json_.is_number_integer() &&
        (!json_.is_number_unsigned() ||
         json_.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    if (!fits) fail("expected an integer of 64 bits, got " + json_.dump());
    return json_.get<std::int64_t>();
  }
  // A time or a frequency, as the member's name says.
  template <class Count>
  Count count() const {
    return Count(integer());
  }
  std::int32_t index() const {
    const std::int64_t wide = integer();
    if (wide < std::numeric_limits<std::int32_t>::min() || wide > std::numeric_limits<std::int32_t>::max()) {
      fail("expected an integer of 32 bits, got " + json_.dump());
    }
    return static_cast<std::int32_t>(wide);
  }
  double number() const {
    if (!json_.is_number()) fail(std::string("expected a number, got ") + json_.type_name());
    return json_.get<double>();
  }
  std::string text() const {
    if (!json_.is_string()) fail(std::string("expected a string, got ") + json_.type_name());
    return json_.get<std::string>();
  }
  // One of the texts that to_text gives the first `count` values of the enumeration.
  template <class E>
  E one_of(int count) const {
    const std::string wanted = text();
    std::string names;
    for (int i = 0; i < count; ++i) {
      if (wanted == to_text(static_cast<E>(i))) return static_cast<E>(i);
      names += (i == 0 ? "" : ", ") + std::string(to_text(static_cast<E>(i)));
    }
    fail("expected one of " + names + ", got \"" + wanted + "\"");
  }

 private:
  // The JSON pointer from one value to another that is somewhere within it.
  static bool find_way(const Json& from, const Json& to, std::string& pointer) {
    if (&from == &to) return true;
    const std::size_t length = pointer.size();
    std::size_t i = 0;
    for (const auto& [key, value] : from.items()) {
      if (!from.is_structured()) return false;
      pointer += "/" + (from.is_array() ? std::to_string(i++) : key);
      if (find_way(value, to, pointer)) return true;
      pointer.resize(length);
    }
    return false;
  }
  const Json& require_object() const {
    if (!json_.is_object()) fail(std::string("expected an object, got ") + json_.type_name());
    return json_;
  }
  const Json& json_;
  const Json& root_;
  const std::string& file_;
};

}  // namespace subvolt::power
