// A framework on mesos-go's driver for libprocess messages. See README.md beside this folder.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"net"
	"os"
	"sync"

	"github.com/gogo/protobuf/proto"
	_ "github.com/mesos/mesos-go/api/v0/detector/zoo"
	mesos "github.com/mesos/mesos-go/api/v0/mesosproto"
	"github.com/mesos/mesos-go/api/v0/mesosutil"
	"github.com/mesos/mesos-go/api/v0/scheduler"
)

const (
	wanted = 20
	cpus   = 0.1
	mem    = 32
)

type framework struct {
	command string

	mutex sync.Mutex
	// most tasks on one agent, so that all agents have some, and two agents suffice once one is lost.
	most     int
	launched int
	agents   map[string]string
	finished int
	asking   bool
}

func main() {
	flag.Parse()
	name, fifo, masters := flag.Arg(0), flag.Arg(1), flag.Arg(2)
	f := &framework{
		command: fmt.Sprintf("cat '%s'", fifo),
		agents:  map[string]string{},
		most:    7,
	}
	driver, err := scheduler.NewMesosSchedulerDriver(scheduler.DriverConfig{
		Scheduler: f,
		Framework: &mesos.FrameworkInfo{
			User:            proto.String("root"),
			Name:            proto.String(name),
			FailoverTimeout: proto.Float64(600),
		},
		Master:           masters,
		BindingAddress:   net.ParseIP("127.0.0.1"),
		HostnameOverride: "127.0.0.1",
	})
	if err != nil {
		say("error", err.Error())
		os.Exit(1)
	}
	go f.obey(driver)
	if status, err := driver.Run(); err != nil || status != mesos.Status_DRIVER_STOPPED {
		say("error", fmt.Sprintf("%v %v", status, err))
		os.Exit(1)
	}
}

// obey reconciles, all tasks by name and then whatever the master knows, when it is told to.
func (f *framework) obey(driver scheduler.SchedulerDriver) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		f.mutex.Lock()
		f.asking = true
		var statuses []*mesos.TaskStatus
		for id, agent := range f.agents {
			statuses = append(statuses, &mesos.TaskStatus{
				TaskId:  mesosutil.NewTaskID(id),
				SlaveId: mesosutil.NewSlaveID(agent),
				State:   mesos.TaskState_TASK_RUNNING.Enum(),
			})
		}
		f.mutex.Unlock()
		for _, asked := range [][]*mesos.TaskStatus{statuses, {}} {
			if _, err := driver.ReconcileTasks(asked); err != nil {
				say("error", err.Error())
			}
		}
	}
}

func (f *framework) Registered(_ scheduler.SchedulerDriver, id *mesos.FrameworkID, _ *mesos.MasterInfo) {
	say("subscribed", id.GetValue())
}

func (f *framework) Reregistered(_ scheduler.SchedulerDriver, master *mesos.MasterInfo) {
	say("reregistered", master.GetId())
}

func (f *framework) Disconnected(scheduler.SchedulerDriver) { say("disconnected", "") }

func (f *framework) ResourceOffers(driver scheduler.SchedulerDriver, offers []*mesos.Offer) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for _, offer := range offers {
		var tasks []*mesos.TaskInfo
		room := amount(offer, "cpus")
		there := f.on(offer.GetSlaveId().GetValue())
		for there+len(tasks) < f.most && len(f.agents)+f.finished < wanted && room >= cpus {
			f.launched++
			id := fmt.Sprintf("task-%d", f.launched)
			f.agents[id] = offer.GetSlaveId().GetValue()
			room -= cpus
			tasks = append(tasks, &mesos.TaskInfo{
				Name:    proto.String(id),
				TaskId:  mesosutil.NewTaskID(id),
				SlaveId: offer.SlaveId,
				Command: &mesos.CommandInfo{Value: proto.String(f.command)},
				Resources: []*mesos.Resource{
					mesosutil.NewScalarResource("cpus", cpus),
					mesosutil.NewScalarResource("mem", mem),
				},
			})
		}
		filters := &mesos.Filters{RefuseSeconds: proto.Float64(0.5)}
		if _, err := driver.LaunchTasks([]*mesos.OfferID{offer.Id}, tasks, filters); err != nil {
			say("error", err.Error())
		}
	}
}

func (f *framework) StatusUpdate(driver scheduler.SchedulerDriver, status *mesos.TaskStatus) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	id := status.GetTaskId().GetValue()
	if status.GetReason() == mesos.TaskStatus_REASON_RECONCILIATION && f.asking {
		say("reconciled", id)
		return
	}
	switch status.GetState() {
	case mesos.TaskState_TASK_RUNNING:
		say("running", id+" "+status.GetSlaveId().GetValue())
	case mesos.TaskState_TASK_LOST:
		if _, known := f.agents[id]; known {
			say("lost", id)
			delete(f.agents, id)
			f.most = 10
		}
	case mesos.TaskState_TASK_FINISHED:
		if _, known := f.agents[id]; !known {
			return
		}
		say("finished", id)
		delete(f.agents, id)
		f.finished++
		if f.finished == wanted {
			go driver.Stop(false)
		}
	case mesos.TaskState_TASK_STAGING, mesos.TaskState_TASK_STARTING:
	default:
		say("error", fmt.Sprintf("%s %s %s", id, status.GetState(), status.GetMessage()))
	}
}

func (f *framework) OfferRescinded(scheduler.SchedulerDriver, *mesos.OfferID) {}

func (f *framework) FrameworkMessage(scheduler.SchedulerDriver, *mesos.ExecutorID, *mesos.SlaveID, string) {
}

func (f *framework) SlaveLost(_ scheduler.SchedulerDriver, agent *mesos.SlaveID) {
	say("agent-lost", agent.GetValue())
}

func (f *framework) ExecutorLost(scheduler.SchedulerDriver, *mesos.ExecutorID, *mesos.SlaveID, int) {
}

func (f *framework) Error(_ scheduler.SchedulerDriver, text string) { say("error", text) }

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

func amount(offer *mesos.Offer, name string) float64 {
	sum := 0.0
	for _, resource := range offer.GetResources() {
		if resource.GetName() == name {
			sum += resource.GetScalar().GetValue()
		}
	}
	return sum
}

func say(event, detail string) { fmt.Println(event, detail) }
