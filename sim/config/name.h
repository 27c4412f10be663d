// Names that a document may choose itself.
#pragma once

#include "sim/config/diagnostics.h"

namespace subvolt::config {

// Of a component or domain: letters, digits, _ and -, no - at its beginning. False, with the error reported, when it is
// another one: such a name is a part of paths, accounts, columns and names of the simulation, which have dots, commas
// and blanks of their own.
bool check_name(const Node::Entry& named, Diagnostics& diagnostics);

}  // namespace subvolt::config
