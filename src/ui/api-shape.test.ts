import { expect, test } from 'vitest'
import type { ApiSchema } from '#http/api-documentation.ts'
import { fieldsOf, shapeOf } from '#ui/api-shape.ts'

test.each<[ApiSchema, string]>([
  [{ type: 'string' }, 'string'],
  [{ type: 'string', format: 'uuid' }, 'uuid'],
  [{ type: ['string', 'null'], format: 'date-time' }, 'date-time | null'],
  [{ type: 'string', maxLength: 200, default: '' }, 'string …200 = ""'],
  [{ type: 'integer', minimum: 1, maximum: 200, default: 50 }, 'integer 1…200 = 50'],
  [{ type: 'number', minimum: 0 }, 'number 0…'],
  [{ enum: ['public', 'network'], type: 'string' }, '"public" | "network"'],
  [{ const: true }, 'true'],
  [{ $ref: '#/components/schemas/Item' }, 'Item'],
  [{ type: 'array', items: { $ref: '#/components/schemas/Item' } }, 'Item[]'],
  [{ type: 'array', items: { type: ['string', 'null'] } }, '(string | null)[]'],
  [{ anyOf: [{ $ref: '#/components/schemas/Item' }, { type: 'null' }] }, 'Item | null'],
  [{ type: 'object' }, 'object'],
  [{}, 'object'],
])('%j is %s', (schema, shape) => {
  expect(shapeOf(schema)).toBe(shape)
})

test('the fields of an object are told, by its name too', () => {
  const item: ApiSchema = {
    type: 'object',
    properties: { id: { type: 'string', description: 'Its own' }, year: { type: 'integer' } },
    required: ['id'],
  }
  const fields = [
    { name: 'id', shape: 'string', description: 'Its own', required: true },
    { name: 'year', shape: 'integer', description: '', required: false },
  ]
  expect(fieldsOf(item, {})).toEqual(fields)
  expect(fieldsOf({ $ref: '#/components/schemas/Item' }, { Item: item })).toEqual(fields)
  expect(fieldsOf({ $ref: '#/components/schemas/Other' }, {})).toEqual([])
  expect(fieldsOf({ type: 'array' }, {})).toEqual([])
})
