import { describe, expect, it } from 'vitest';
import { teachersQuiz } from '../../support/forms/teachers-quiz.ts';
import { useCallLab } from '../../support/running-gateway.ts';
import { workbookOf } from '../../support/workbook-of.ts';

const lab = useCallLab();

/** A quiz as a teacher's organisation wrote it for tablets, and handsets that answer it. */
describe('a form that was imported', () => {
  it('is asked by phone: right, wrong and missing answers, in Hindi and English', async () => {
    const { gateway } = lab();
    const bytes = await workbookOf(teachersQuiz);
    const imported = await gateway.api.upload<{ flow: object; faults: unknown[] }>(
      'POST',
      '/v1/flows/import',
      {
        type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        bytes,
      },
    );
    expect(imported).toMatchObject({ status: 200, body: { faults: [] } });
    const stored = await gateway.api.ask('PUT', '/v1/flows/teachers-quiz', { body: imported.body.flow });
    expect(stored.status).toBe(201);

    const calls = await Promise.all([
      gateway.place('+919000001229', { flow: 'teachers-quiz' }),
      gateway.place('+919000003129', { flow: 'teachers-quiz', language: 'en' }),
      gateway.place('+919000011999', { flow: 'teachers-quiz' }),
    ]);
    const [right, wrong, hungUp] = await Promise.all(calls.map((call) => gateway.ended(call.id, 120_000)));

    expect(answersOf(right)).toEqual(['q1=a', 'q2=2', 'q3=false']);
    expect(answersOf(wrong)).toEqual(['q1=c', 'q2=1', 'q3=false']);
    expect([right?.outcome, wrong?.outcome, hungUp?.outcome]).toEqual(['completed', 'completed', 'partial']);
    expect(hungUp).toMatchObject({ resume_at: 'q2' });
    expect(await wordsSaid(right?.id ?? '')).toContain('all_right');
    const said = await wordsSaid(wrong?.id ?? '');
    expect(said).toContain('some_right');
    expect(said).not.toContain('all_right');
  }, 180_000);

  async function wordsSaid(id: string): Promise<(string | null)[]> {
    const lines = await lab().gateway.api.timeline(id);
    return lines.filter(({ type }) => type === 'prompt').map(({ step }) => step);
  }
});

function answersOf(call: { responses: { question: string; value: string }[] } | undefined): string[] {
  return (call?.responses ?? []).map(({ question, value }) => `${question}=${value}`);
}
