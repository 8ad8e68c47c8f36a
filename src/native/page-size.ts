import koffi from 'koffi'

/** Bytes of a page of memory: 4 KiB on x86, up to 64 KiB elsewhere. */
export const pageSizeBytes = (): number => koffi.load(null).func('int getpagesize()')() as number
