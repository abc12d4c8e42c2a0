/** A flow whose prompts have parts, and are long enough to be interrupted. */
export const earParts = {
  welcome: ['नमस्ते जी, यह स्कूल की ओर से एक रिकॉर्ड किया हुआ फ़ोन है'],
  first: ['आज का पहला सवाल सुनिए', 'एक हफ़्ते में कितने दिन होते हैं', 'सात के लिए एक दबाएँ'],
  second: ['अब दूसरा सवाल', 'सूरज किस ओर से निकलता है'],
  thanks: ['आपका दिल से धन्यवाद, नमस्कार'],
} as const;

const say = (texts: readonly string[]): unknown => texts.map((hi) => ({ text: { hi } }));
const options = { '1': { value: 'one' }, '2': { value: 'two' } };

export const earFlow = {
  title: 'To be listened to',
  languages: ['hi'],
  defaults: { first_key_timeout: 'PT4S', attempts: 1 },
  steps: [
    { id: 'welcome', type: 'message', say: say(earParts.welcome), barge_in: false },
    { id: 'first', type: 'choice', say: say(earParts.first), options },
    { id: 'second', type: 'choice', say: say(earParts.second), options },
    { id: 'thanks', type: 'message', say: say(earParts.thanks) },
  ],
};
