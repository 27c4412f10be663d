// What a hostile document of a design point may do to Subvolt: be refused with a configuration error, or be read, wired
// and mapped as `subvolt check` does. Nothing else.
#pragma once

#include <cstddef>
#include <cstdint>

namespace subvolt::fuzz {

// `kind`: soc, power, technology, design or memory; the other documents of the design point are the shipped ones.
// Aborts on any error that is not the document's fault. SystemC elaborates once per process, so each document is taken
// by a child.
void survive_document(const char* kind, const std::uint8_t* data, std::size_t size);

}  // namespace subvolt::fuzz
