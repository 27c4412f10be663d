// A small technology, memory device, power intent and activity for tests of pricing. The numbers are of the right
// size for a 28 nm process but belong to no real one: tests rest on the rules, not on them.
#pragma once

#include <cstdint>
#include <string>

#include "sim/power/ledger/energy_model.h"

namespace subvolt::test {

std::string sample_technology_text();
std::string sample_memory_text();
std::string sample_intent_text();

power::Technology sample_technology();
power::PriceBook sample_memory();
power::PowerIntent sample_intent();
// The technology and the device book "sample_dram"; `technology` must outlive the result.
power::PriceSources sample_sources(const power::Technology& technology);

// `text` with the first occurrence of `from` replaced, which must be there.
std::string replaced(std::string text, const std::string& from, const std::string& to);
// The message of the Error that `action` throws; a test failure when it throws none.
template <class Action>
std::string error_of(Action action);

// Components npu.array (logic, switchable), npu.buffer (SRAM, with retention), cpu (always on, behind an LDO) and
// dram (external, three rails), without layers and epochs. One operating point "nominal".
power::ActivityRecord sample_components();
// The same with random layers, epochs, events, states and transitions, and without anything impossible.
power::ActivityRecord random_record(std::uint32_t seed, int operating_points = 1);

}  // namespace subvolt::test

#include <gtest/gtest.h>

#include "sim/config/error.h"

template <class Action>
std::string subvolt::test::error_of(Action action) {
  try {
    action();
  } catch (const Error& e) {
    return e.what();
  }
  ADD_FAILURE() << "expected an error";
  return "";
}
