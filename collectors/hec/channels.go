package hec

import (
	"container/list"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"sync"
)

// mostChannels is how many channels are remembered; of more the one that was used
// the longest ago is forgotten, as Splunk forgets idle ones. Its sender is told
// false and sends again, and an event that comes twice is kept once.
const mostChannels = 1024

// channels count the requests that were kept for each channel. Whatever was given a
// number is on disk.
type channels struct {
	most int

	mu   sync.Mutex
	next map[string]*list.Element
	used list.List // the longest unused first
}

type channel struct {
	name string
	next uint64
}

func newChannels(most int) *channels {
	return &channels{most: most, next: map[string]*list.Element{}}
}

// number gives a request of a channel its number, from zero.
func (c *channels) number(name string) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.next[name]
	if e == nil {
		e = c.used.PushBack(&channel{name: name})
		c.next[name] = e
	}
	c.used.MoveToBack(e)
	if len(c.next) > c.most {
		oldest := c.used.Remove(c.used.Front()).(*channel)
		delete(c.next, oldest.name)
	}
	of := e.Value.(*channel)
	of.next++
	return of.next - 1
}

// kept says whether a number was given to a request of a channel.
func (c *channels) kept(name string, number uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.next[name]
	return e != nil && number < e.Value.(*channel).next
}

// channelName is what a channel may be called: Splunk asks for a GUID, and senders
// are known that give other short names.
var channelName = regexp.MustCompile(`^[0-9A-Za-z._-]{1,64}$`)

// channelOf is the channel of a request, "" where it names none; false where it
// names one that is none.
func channelOf(req *http.Request) (string, bool) {
	name := req.Header.Get(ChannelHeader)
	if name == "" {
		name = req.URL.Query().Get("channel")
	}
	return name, name == "" || channelName.MatchString(name)
}

// mostAsked is how many numbers one question may have.
const mostAsked = 100_000

// acks answers which numbers of a channel are kept. The body is {"acks":[0,1]} and
// the answer {"acks":{"0":true,"1":false}}; false means to send again. ok is false
// where the body is not such a question.
func (c *channels) acks(name string, body []byte) (answer map[string]bool, ok bool) {
	var asked struct {
		Acks []uint64 `json:"acks"`
	}
	if json.Unmarshal(body, &asked) != nil || asked.Acks == nil || len(asked.Acks) > mostAsked {
		return nil, false
	}
	answer = make(map[string]bool, len(asked.Acks))
	for _, number := range asked.Acks {
		answer[strconv.FormatUint(number, 10)] = c.kept(name, number)
	}
	return answer, true
}
