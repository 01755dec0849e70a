#include "connect/postgres/frame_store.hpp"

namespace holdfast::postgres {

void* frame_store::take_from_heap(std::size_t size) { return ::operator new(size); }
void frame_store::give_to_heap(void* place) noexcept { ::operator delete(place); }

}  // namespace holdfast::postgres
