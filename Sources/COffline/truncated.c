#include <zlib.h>

int __real_inflate(z_streamp stream, int flush);

// libgit2 1.5 takes "no progress is possible" (Z_BUF_ERROR) for success and asks again: an object file
// that ends early keeps it busy for ever (measured with 1.5.1). Without any input left, and with room for
// output, no further call can make progress, so the data are damaged. The linker's --wrap sends the call here.
int __wrap_inflate(z_streamp stream, int flush)
{
    const unsigned int available = stream ? stream->avail_in : 0;
    const int status = __real_inflate(stream, flush);
    if (status != Z_BUF_ERROR || available != 0 || stream->avail_out == 0)
        return status;
    stream->msg = "the compressed data end early";
    return Z_DATA_ERROR;
}
