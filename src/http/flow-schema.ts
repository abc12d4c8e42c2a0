import { z } from '@hono/zod-openapi';
import { adviceSchema } from './advice-schema.ts';
import { flowDefinition } from '../domain/flows/flow-definition.ts';

const facts = {
  id: z.string().openapi({ example: 'teacher-quiz' }),
  version: z.int().min(1),
  created_at: z.iso.datetime(),
};

const definitionSchema = flowDefinition.meta({ id: 'FlowDefinition' });

/** A stored version of a flow. */
export const flowSchema = z.strictObject({ ...facts, definition: definitionSchema }).meta({ id: 'Flow' });

/** The answer to whoever stored it. */
export const advisedFlowSchema = flowSchema.extend({ advice: adviceSchema }).meta({ id: 'AdvisedFlow' });

/** A flow in a list: without its steps, of which there may be hundreds. */
export const flowSummarySchema = z
  .strictObject({ ...facts, title: z.string(), languages: z.array(z.string()) })
  .meta({ id: 'FlowSummary' });

/** What a flow may be called. `inline-` is kept for flows that came inside a call. */
const flowIdForm = /^(?!inline-)[a-z][a-z0-9-]{0,63}$/;

export function isFlowId(text: string): boolean {
  return flowIdForm.test(text);
}

/** `teacher-quiz` or `teacher-quiz@3`; null for what cannot name a flow. */
export function parseFlowName(name: string): { id: string; version: number | null } | null {
  const parts = /^([a-z][a-z0-9-]{0,70})(?:@([1-9]\d{0,8}))?$/.exec(name);
  if (parts?.[1] === undefined) return null;
  return { id: parts[1], version: parts[2] === undefined ? null : Number(parts[2]) };
}
