// A framework on mesos-go's scheduler for the HTTP API. See README.md beside this folder.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	mesos "github.com/mesos/mesos-go/api/v1/lib"
	"github.com/mesos/mesos-go/api/v1/lib/backoff"
	"github.com/mesos/mesos-go/api/v1/lib/encoding"
	"github.com/mesos/mesos-go/api/v1/lib/encoding/codecs"
	"github.com/mesos/mesos-go/api/v1/lib/extras/scheduler/callrules"
	"github.com/mesos/mesos-go/api/v1/lib/extras/scheduler/controller"
	"github.com/mesos/mesos-go/api/v1/lib/extras/store"
	"github.com/mesos/mesos-go/api/v1/lib/httpcli"
	"github.com/mesos/mesos-go/api/v1/lib/httpcli/httpsched"
	"github.com/mesos/mesos-go/api/v1/lib/resources"
	"github.com/mesos/mesos-go/api/v1/lib/scheduler"
	"github.com/mesos/mesos-go/api/v1/lib/scheduler/calls"
	"github.com/mesos/mesos-go/api/v1/lib/scheduler/events"
)

const (
	wanted = 20
	cpus   = 0.1
	mem    = 32
)

type framework struct {
	command string
	caller  calls.Caller
	end     context.CancelFunc

	mutex sync.Mutex
	// most tasks on one agent, so that all agents have some, and two agents suffice once one is lost.
	most     int
	launched int
	agents   map[string]string
	finished int
	asking   bool
}

func main() {
	protobuf := flag.Bool("protobuf", false, "speak protobuf rather than JSON")
	flag.Parse()
	name, fifo, masters := flag.Arg(0), flag.Arg(1), strings.Split(flag.Arg(2), ",")
	ctx, cancel := context.WithCancel(context.Background())
	f := &framework{
		command: fmt.Sprintf("cat '%s'", fifo),
		end:     cancel,
		agents:  map[string]string{},
		most:    7,
	}
	media := codecs.MediaTypeJSON
	if *protobuf {
		media = codecs.MediaTypeProtobuf
	}
	id := store.NewInMemorySingleton()
	f.caller = callrules.New(callrules.WithFrameworkID(store.GetIgnoreErrors(id))).
		Caller(&leading{masters: masters, codec: codecs.ByMediaType[media]})
	timeout := 600 * time.Second
	seconds := timeout.Seconds()
	go f.obey(ctx)
	err := controller.Run(ctx,
		&mesos.FrameworkInfo{User: "root", Name: name, FailoverTimeout: &seconds},
		f.caller,
		controller.WithFrameworkID(store.GetIgnoreErrors(id)),
		controller.WithRegistrationTokens(backoff.Notifier(100*time.Millisecond, time.Second, ctx.Done())),
		controller.WithSubscriptionTerminated(func(err error) {
			if err != nil && err != io.EOF && ctx.Err() == nil {
				say("disconnected", err.Error())
			}
		}),
		controller.WithEventHandler(controller.LiftErrors().Handle(events.Handlers{
			scheduler.Event_SUBSCRIBED: controller.TrackSubscription(id, timeout).HandleF(
				func(_ context.Context, event *scheduler.Event) error {
					say("subscribed", event.GetSubscribed().GetFrameworkID().Value)
					return nil
				}),
			scheduler.Event_OFFERS: events.HandlerFunc(f.offers),
			scheduler.Event_UPDATE: controller.AckStatusUpdates(f.caller).HandleF(f.update),
		})),
	)
	if err != nil && ctx.Err() == nil {
		say("error", err.Error())
		os.Exit(1)
	}
}

// leading is a caller of whichever master leads when it subscribes: mesos-go's own follows a redirect with SUBSCRIBE only.
type leading struct {
	masters []string
	codec   encoding.Codec

	mutex   sync.Mutex
	current calls.Caller
}

func (l *leading) Call(ctx context.Context, call *scheduler.Call) (mesos.Response, error) {
	l.mutex.Lock()
	if call.GetType() == scheduler.Call_SUBSCRIBE {
		leader, err := l.find()
		if err != nil {
			l.mutex.Unlock()
			return nil, err
		}
		l.current = httpsched.NewCaller(httpcli.New(
			httpcli.Endpoint("http://"+leader+"/api/v1/scheduler"),
			httpcli.Codec(l.codec),
			httpcli.Do(httpcli.With(httpcli.Timeout(10*time.Second))),
		))
	}
	current := l.current
	l.mutex.Unlock()
	return current.Call(ctx, call)
}

// find asks any master that answers where the leader is.
func (l *leading) find() (string, error) {
	client := http.Client{
		Timeout:       5 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	for _, master := range l.masters {
		response, err := client.Get("http://" + master + "/redirect")
		if err != nil {
			continue
		}
		response.Body.Close()
		if url, err := response.Location(); err == nil {
			return url.Host, nil
		}
	}
	return "", errors.New("no leading master")
}

// obey reconciles, all tasks by name and then whatever the master knows, when it is told to.
func (f *framework) obey(ctx context.Context) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		f.mutex.Lock()
		f.asking = true
		tasks := map[string]string{}
		for id, agent := range f.agents {
			tasks[id] = agent
		}
		f.mutex.Unlock()
		f.call(ctx, calls.Reconcile(calls.ReconcileTasks(tasks)))
		f.call(ctx, calls.Reconcile())
	}
}

func (f *framework) offers(ctx context.Context, event *scheduler.Event) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for _, offer := range event.GetOffers().GetOffers() {
		var tasks []mesos.TaskInfo
		left := mesos.Resources(offer.Resources)
		want := mesos.Resources{
			resources.NewCPUs(cpus).Resource,
			resources.NewMemory(mem).Resource,
		}
		there := f.on(offer.AgentID.Value)
		for there+len(tasks) < f.most && len(f.agents)+f.finished < wanted {
			found := resources.Find(want, left...)
			if len(found) == 0 {
				break
			}
			left.Subtract(found...)
			f.launched++
			id := fmt.Sprintf("task-%d", f.launched)
			f.agents[id] = offer.AgentID.Value
			command := f.command
			tasks = append(tasks, mesos.TaskInfo{
				Name:      id,
				TaskID:    mesos.TaskID{Value: id},
				AgentID:   offer.AgentID,
				Command:   &mesos.CommandInfo{Value: &command},
				Resources: found,
			})
		}
		refuse := calls.RefuseSeconds(500 * time.Millisecond)
		if len(tasks) == 0 {
			f.call(ctx, calls.Decline(offer.ID).With(refuse))
		} else {
			operations := calls.OfferOperations{calls.OpLaunch(tasks...)}
			f.call(ctx, calls.Accept(operations.WithOffers(offer.ID)).With(refuse))
		}
	}
	return nil
}

func (f *framework) update(ctx context.Context, event *scheduler.Event) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	status := event.GetUpdate().GetStatus()
	id := status.TaskID.Value
	if status.GetReason() == mesos.REASON_RECONCILIATION && f.asking {
		say("reconciled", id)
		return nil
	}
	switch status.GetState() {
	case mesos.TASK_RUNNING:
		say("running", id+" "+status.GetAgentID().GetValue())
	case mesos.TASK_LOST:
		if _, known := f.agents[id]; known {
			say("lost", id)
			delete(f.agents, id)
			f.most = 10
		}
	case mesos.TASK_FINISHED:
		if _, known := f.agents[id]; !known {
			return nil
		}
		say("finished", id)
		delete(f.agents, id)
		f.finished++
		if f.finished == wanted {
			// From elsewhere: the acknowledgement of this very update goes first.
			go func() {
				time.Sleep(200 * time.Millisecond)
				f.call(ctx, &scheduler.Call{Type: scheduler.Call_TEARDOWN})
				f.end()
			}()
		}
	case mesos.TASK_STAGING, mesos.TASK_STARTING:
	default:
		say("error", fmt.Sprintf("%s %s %s", id, status.GetState(), status.GetMessage()))
	}
	return nil
}

// on counts the tasks on an agent.
func (f *framework) on(agent string) int {
	count := 0
	for _, other := range f.agents {
		if other == agent {
			count++
		}
	}
	return count
}

// call is told of while a master is lost only: the framework goes on with the next one.
func (f *framework) call(ctx context.Context, call *scheduler.Call) {
	if err := calls.CallNoData(ctx, f.caller, call); err != nil {
		say("not-sent", fmt.Sprintf("%s %s", call.GetType(), err))
	}
}

func say(event, detail string) { fmt.Println(event, detail) }
