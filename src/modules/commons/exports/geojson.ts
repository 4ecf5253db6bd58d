import { textStream } from '#kernel/byte-stream.ts'
import { type ItemRecord, valuesOf } from './record.ts'

/**
 * RFC 7946 FeatureCollection, longitude first. An item without a usable place is a Feature with a null geometry, as
 * section 3.2 asks for unlocated features: nothing is lost on the way.
 */
export function writeGeoJson(items: AsyncIterable<ItemRecord>): ReadableStream<Uint8Array> {
  return textStream(pieces(items))
}

async function* pieces(items: AsyncIterable<ItemRecord>): AsyncGenerator<string> {
  yield '{ "type": "FeatureCollection", "features": ['
  let separator = '\n'
  for await (const item of items) {
    yield separator + JSON.stringify(feature(item))
    separator = ',\n'
  }
  yield '\n] }\n'
}

function feature(item: ItemRecord) {
  const { id, latitude, longitude, ...properties } = valuesOf(item)
  const located = isDegree(latitude, 90) && isDegree(longitude, 180)
  return {
    type: 'Feature',
    id,
    geometry: located ? { type: 'Point', coordinates: [longitude, latitude] } : null,
    properties,
  }
}

function isDegree(value: unknown, limit: number): value is number {
  return typeof value === 'number' && Math.abs(value) <= limit
}
