# A program with coroutines, for those who have Boost; it runs when it has been built.

add_executable(coroutines ${CMAKE_CURRENT_LIST_DIR}/coroutines.cpp)
target_link_libraries(coroutines PRIVATE holdfast::asio)
add_custom_command(TARGET coroutines POST_BUILD COMMAND coroutines)
