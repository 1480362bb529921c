# cmake -DSOURCE=DIR -DOUTPUT=FILE -P codegen_hash.cmake: a string constant for
# native/cachekey.c that changes with whatever makes or defines compiled code.
file(GLOB files ${SOURCE}/src/aot/*.[ch] ${SOURCE}/src/abi/*.def)
list(APPEND files ${SOURCE}/src/native/native.h ${SOURCE}/src/native/layout.c)
list(SORT files)
set(all "")
foreach(file ${files})
    file(SHA256 ${file} hash)
    string(APPEND all ${hash})
endforeach()
string(SHA256 hash "${all}")
file(WRITE ${OUTPUT} "\"${hash}\"\n")
