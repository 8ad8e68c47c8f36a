/** After so many bytes of frames. With twice as many, V8 already begins full collections in a probe, whose heap it keeps small. */
export const COLLECT_AFTER_BYTES = 1024 * 1024

/**
 * Creates a function that is told of the bytes that pass through a channel, and lets V8 collect its young objects after
 * {@link COLLECT_AFTER_BYTES}.
 *
 * Buffers hardly take room in V8's heap, so their owners stay there unnoticed until the buffers outside of it add up to
 * a full collection, which stops everything for tens of milliseconds: several times a second when terminals flood. A collection of young
 * objects frees them in about one.
 *
 * @param collect collects young objects; by default V8's own, if Node was started with `--expose-gc`
 */
export const createYoungCollector = (
  collect: () => void = () => globalThis.gc?.({ type: 'minor' }),
): ((sizeBytes: number) => void) => {
  let passedBytes = 0
  return (sizeBytes) => {
    passedBytes += sizeBytes
    if (passedBytes < COLLECT_AFTER_BYTES) return
    passedBytes = 0
    collect()
  }
}
